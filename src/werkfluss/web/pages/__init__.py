"""The pages, one module per area. Each exports ``urlpatterns``; ``web.urls`` finds the modules by itself."""

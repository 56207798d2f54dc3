from werkfluss.cli import main

main()

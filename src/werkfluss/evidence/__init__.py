"""What is kept and how it leaves: documents, dossiers, imports that can be taken back, erasure, retention."""

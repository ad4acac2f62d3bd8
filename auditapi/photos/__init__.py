"""Photos: blobs by SHA-256, what their bytes are, derivatives of them, and marks over them."""

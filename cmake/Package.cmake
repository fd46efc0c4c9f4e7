# Packaging by CPack: see below.

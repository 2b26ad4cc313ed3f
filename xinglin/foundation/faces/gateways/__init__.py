"""Who compares faces: a folder of gateways, each a module with `compare(shown) -> Comparison`.

`compare` answers whether the live picture shows the person whose picture the vendor has on file, and
raises `types.NotComparedError` when there is no answer. It may keep nothing and log nothing of the
picture. Adding one is adding a file; `settings.FACE_GATEWAY` says which, and `null` unless somebody
chose.
"""

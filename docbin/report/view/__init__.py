"""The local viewer: a page in a browser to try methods on scans."""

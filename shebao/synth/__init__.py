"""A reproducible invented province (虚构省份). Never: a real person."""

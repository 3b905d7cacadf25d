"""城乡居民基本养老保险: grades, subsidies, pension. Never: another insurance."""

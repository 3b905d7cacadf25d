"""险种 codes of the 人社 system and their names."""

NAMES = {
    110: "企业职工基本养老保险",
    120: "机关事业单位基本养老保险",
    170: "城乡居民基本养老保险",
    210: "失业保险",
    310: "职工基本医疗保险",
    390: "城乡居民基本医疗保险",
    410: "工伤保险",
    510: "生育保险",
}


def name(code: int) -> str:
    """The official name of an insurance."""
    return NAMES.get(code, f"险种 {code}")

"""Devices (登录设备): a kind in words, never a fingerprint. The browser's line itself is not kept."""

_SYSTEMS = (
    ("HarmonyOS", "鸿蒙手机"),
    ("iPhone", "苹果手机"),
    ("iPad", "苹果平板"),
    ("Android", "安卓手机"),
    ("Windows", "Windows 电脑"),
    ("Macintosh", "苹果电脑"),
    ("Linux", "Linux 电脑"),
)
_BROWSERS = (
    ("MicroMessenger", "微信"),
    ("AlipayClient", "支付宝"),
    ("Edg/", "Edge"),
    ("Firefox/", "Firefox"),
    ("Chrome/", "Chrome"),
    ("Safari/", "Safari"),
)


def describe(user_agent: str) -> str:
    """Kind of device and browser, as its owner would say it."""
    system = next((word for mark, word in _SYSTEMS if mark in user_agent), "设备")
    browser = next((word for mark, word in _BROWSERS if mark in user_agent), "")
    return f"{system}，{browser}" if browser else system

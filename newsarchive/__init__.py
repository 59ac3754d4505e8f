"""newsarchive: an archive of 36kr.com, ithome.com and mp.weixin.qq.com."""

__version__ = "0.1.0"

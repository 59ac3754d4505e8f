"""mp.weixin.qq.com."""

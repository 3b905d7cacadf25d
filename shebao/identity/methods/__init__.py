"""Ways to prove who one is (登录方式), one file each. Never: sessions, accounts."""

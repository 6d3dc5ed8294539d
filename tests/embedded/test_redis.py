def test_x():
    from django.conf import settings
    print(settings.DATABASES, settings.REDIS_URL)

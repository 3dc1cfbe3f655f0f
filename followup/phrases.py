"""Sentences that a letter starts from; Chinese like every paper, so not marked for translation."""

URGE_LATE = "此事项已经超过规定期限。请在收到本函后 5 个工作日内办结，并书面说明超期的原因。"
URGE_SOON = "请抓紧办理，在规定期限内报送结果；不能按期办结的，提前说明原因。"
URGE_LATE_TALK = "此事项已经超过规定期限，请尽快办结，并书面说明超期的原因。"
URGE_MANY = "上列事项已经超过规定期限。请在收到本函后 5 个工作日内办结，并逐件书面说明超期的原因。"

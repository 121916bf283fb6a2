"""Privacy of a model: whether it tells who was trained on (`membership`), and whether its files hold what is some customer's
own (`memorised`); what was found is `records`. Who a person is, is `tenure/people/`.
"""

import imgmine


def test_json_is_what_info_says(run):
    assert run("info", "--json").json == imgmine.info()


def test_text_names_every_fact(run):
    out = run("info").out
    assert imgmine.__version__ in out
    assert all(f"{name}:" in out for name in imgmine.info()["packages"])

from tests.handlers.resident.conftest import Arrive


async def test_help_says_hours_commands_and_what_we_never_do(welcomed: Arrive) -> None:
    for language, wanted in (
        ("ko", ("09:00–18:00", "12:00–13:00", "/appeal", "주민등록번호")),
        ("en", ("09:00–18:00", "12:00–13:00", "/appeal", "web addresses")),
    ):
        someone = await welcomed(language=language)
        await someone.writes("/help")
        assert all(words in someone.last for words in wanted)
        assert len(someone.last) <= 900


async def test_help_leads_on(welcomed: Arrive) -> None:
    kim = await welcomed()
    await kim.writes("/help")
    await kim.presses("받을 수 있는지 알아보기")
    assert "어느 지원을" in kim.last

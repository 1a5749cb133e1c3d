"""A person: what it is about in a sentence, a number, and when somebody will be there. One open talk for each chat.

Open to everybody at any time, without consent and recognition: a person in need must not be asked for a form first.
"""

from handlers.dialog import (
    END,
    STAY,
    TEXT,
    UPLOADS,
    Ask,
    Chosen,
    Dialog,
    Next,
    Open,
    Option,
    Step,
    Turn,
    Upload,
    t,
)
from handlers.resident import talking
from storage import talks


async def ask_about(turn: Turn) -> Ask:
    if await talks.of_chat(turn.store, turn.inbound.chat) is not None:
        return Ask(t("human.go_on"), takes=TEXT | UPLOADS, numeric=True)
    here = (Option("here", t("human.here")),) if turn.draft.get("from") not in (None, "menu", "human") else ()
    return Ask(t("human.ask"), here, takes=TEXT | UPLOADS, numeric=True)


async def take_about(turn: Turn, answer: Chosen | str | Upload) -> Next:
    words = "" if isinstance(answer, Chosen) else turn.inbound.text.strip()
    await talking.tell(turn, words, turn.draft)
    return "more"


async def ask_more(_turn: Turn) -> Ask:
    options = (Option("done", t("common.done")), Option("cases", t("menu.cases")))
    return Ask(t("human.more"), options, takes=TEXT | UPLOADS, numeric=True)


async def take_more(turn: Turn, answer: Chosen | str | Upload) -> Next:
    if isinstance(answer, Chosen):
        return Open("cases") if answer == "cases" else END
    return STAY if await talking.tell(turn, turn.inbound.text.strip(), turn.draft) else "more"


HUMAN = Dialog(
    "human",
    (
        Step("about", ask_about, take_about, leads_to=("more",)),
        Step("more", ask_more, take_more, leads_to=("more", "dialog:cases")),
    ),
    command="human",
)

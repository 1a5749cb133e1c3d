"""Groups, as far as a bot sees them: members, its own coming and going, and becoming a supergroup."""

from dataclasses import dataclass

from .people import Person, membership
from .world import Chat, World


@dataclass(slots=True)
class Group:
    """A group chat; people speak in it with `person.says(…, chat=group.id)`."""

    world: World
    id: int

    @property
    def chat(self) -> Chat:
        """Its members, messages and what became of the bot."""
        return self.world.chats[self.id]

    def removes_bot(self, by: Person) -> None:
        """An admin puts the bot out; sending is then refused with 403."""
        self._bot_becomes("kicked", by)

    def adds_bot(self, by: Person) -> None:
        """Somebody brings the bot in."""
        self._bot_becomes("member", by)

    def migrates(self, new_id: int, by: Person) -> "Group":
        """The group becomes a supergroup: a new id, told once, and the old one refuses with `migrate_to_chat_id`."""
        old = self.chat
        user = self.world.users[by.id]
        new = Chat(old.data | {"id": new_id, "type": "supergroup"}, list(old.members), bot=old.bot)
        self.world.chats[new_id] = new
        told = self.world.put(old, user, {"migrate_to_chat_id": new_id})
        old.migrated_to = new_id
        self.world.delivery.push("message", told, f"chat:{old.id}")
        told = self.world.put(new, user, {"migrate_from_chat_id": old.id})
        self.world.delivery.push("message", told, f"chat:{new_id}")
        return Group(self.world, new_id)

    def _bot_becomes(self, status: str, by: Person) -> None:
        chat = self.chat
        before, chat.bot = chat.bot, status
        self.world.delivery.push(
            "my_chat_member", membership(self.world, chat, by.id, before, status), f"chat:{chat.id}"
        )


def gather(world: World, group_id: int, title: str, people: tuple[Person, ...]) -> Group:
    """A new group of these people, of whom the first has brought the bot in."""
    data = {"id": group_id, "title": title, "type": "group"}
    world.chats[group_id] = Chat(data, [person.id for person in people])
    group = Group(world, group_id)
    group.adds_bot(people[0])
    return group

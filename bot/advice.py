"""What to do about each alarm, in both languages, one sentence each; `docs/operate.md` says more."""

from collections.abc import Mapping
from typing import Final

ADVICE: Final[Mapping[str, tuple[str, str]]] = {
    "telegram": (
        "BOT_TOKEN과 인터넷 연결을 확인하십시오.",
        "Check BOT_TOKEN and the connection to the internet.",
    ),
    "webhook": (
        "WEBHOOK_URL에 밖에서 접속되는지, 인증서가 유효한지 확인하고 봇을 다시 시작하십시오.",
        "Check that WEBHOOK_URL can be reached from outside and its certificate is valid, then restart the bot.",
    ),
    "telegram clock": (
        "서버 시계를 맞추십시오 (NTP).",
        "Set this machine's clock right (NTP).",
    ),
    "database": (
        "데이터베이스가 켜져 있는지, 디스크에 자리가 있는지 확인하고 실행하십시오: python -m bot migrate",
        "Check that the database runs and the disk has room, then: python -m bot migrate",
    ),
    "database clock": (
        "데이터베이스 서버 시계를 맞추십시오 (NTP).",
        "Set the database server's clock right (NTP).",
    ),
    "senders": (
        "봇을 시작하십시오: run, 또는 web과 sender",
        "Start the bot: run, or web and sender.",
    ),
    "replies": (
        "봇을 다시 시작하십시오. 남은 답장은 순서대로 나갑니다.",
        "Restart the bot: the replies that are left go out in order.",
    ),
    "notices": (
        "sender(또는 run)를 다시 시작하십시오. 알림은 7일 동안 다시 시도합니다.",
        "Restart sender (or run): notices are tried for 7 days.",
    ),
    "broadcasts": (
        "sender(또는 run)를 다시 시작하십시오. 이미 나간 글은 다시 나가지 않습니다.",
        "Restart sender (or run): what went out does not go again.",
    ),
    "in doubt": (
        "도착했는지 알 수 없는 글입니다. 대화방에서 확인하고, 필요하면 전화하십시오. 저절로 다시 나가지 않습니다.",
        "Nobody knows whether these arrived: look in the chat, call if it matters. They never go again by themselves.",
    ),
    "lag": (
        "서버가 바쁘거나 텔레그램이 느립니다. 다른 경보를 먼저 보십시오.",
        "The machine is busy or Telegram is slow: see the other alarms first.",
    ),
    "429": (
        "텔레그램이 속도를 줄이라고 합니다. UNASKED_A_SECOND와 BROADCAST_A_SECOND를 낮추십시오.",
        "Telegram asks us to slow down: lower UNASKED_A_SECOND and BROADCAST_A_SECOND.",
    ),
    "403": (
        "봇을 차단한 사람이 많습니다. 알림을 줄이고, 급한 일은 전화로 알리십시오.",
        "Many have blocked the bot: send less unasked, and call where it is urgent.",
    ),
    "unanswered": (
        "로그에서 turn.failed를 찾아 개발자에게 보내십시오. 주민은 세 번 실패하면 안내를 받습니다.",
        "Find turn.failed in the log and send it to the developers. After three failures the resident is told.",
    ),
    "errands": (
        "sender(또는 run)를 다시 시작하십시오. 서류는 다시 받아 옵니다.",
        "Restart sender (or run): papers are fetched again.",
    ),
    "chore seal": (
        "chores(또는 run)를 다시 시작하고 로그에서 chore.failed를 찾으십시오.",
        "Restart chores (or run) and look for chore.failed in the log.",
    ),
    "chore forget_claims": (
        "chores(또는 run)를 다시 시작하고 로그에서 chore.failed를 찾으십시오.",
        "Restart chores (or run) and look for chore.failed in the log.",
    ),
    "chore sweep": (
        "chores(또는 run)를 다시 시작하고 로그에서 chore.failed를 찾으십시오. 보유 기간이 지난 자료가 남습니다.",
        "Restart chores (or run) and look for chore.failed in the log: data is kept past its time.",
    ),
    "chore alert": (
        "chores(또는 run)를 다시 시작하고 로그에서 chore.failed를 찾으십시오. 기한 알림이 나가지 않습니다.",
        "Restart chores (or run) and look for chore.failed in the log: nobody is told of due times.",
    ),
    "chore remind": (
        "chores(또는 run)를 다시 시작하고 로그에서 chore.failed를 찾으십시오. 답을 기다리는 분께 알림이 가지 않습니다.",
        "Restart chores (or run) and look for chore.failed in the log: residents who are to answer are not reminded.",
    ),
    "chore move": (
        "chores(또는 run)를 다시 시작하고 로그에서 chore.failed를 찾으십시오. 쉬는 날을 바꾸어도 기한이 그대로입니다.",
        "Restart chores (or run) and look for chore.failed in the log: due times do not follow a change of days.",
    ),
    "chore lapse_holds": (
        "chores(또는 run)를 다시 시작하고 로그에서 chore.failed를 찾으십시오. 손대지 않은 민원이 돌아가지 않습니다.",
        "Restart chores (or run) and look for chore.failed in the log: untouched cases do not go back to the queue.",
    ),
    "chore take_away": (
        "chores(또는 run)를 다시 시작하고 로그에서 chore.failed를 찾으십시오. 보여 드린 서류가 직원 대화방에 남습니다.",
        "Restart chores (or run) and look for chore.failed in the log: papers stay in officers' chats.",
    ),
    "chore pace": (
        "chores(또는 run)를 다시 시작하십시오. 주민에게 알려 드리는 처리 시간이 오래된 값입니다.",
        "Restart chores (or run): the times residents are told of are old.",
    ),
    "chore chase": (
        "chores(또는 run)를 다시 시작하십시오. 열어 보지 않은 결정이 전화나 우편 업무로 넘어가지 않습니다.",
        "Restart chores (or run): decisions nobody opened do not become work by phone or post.",
    ),
    "chore confirm": (
        "chores(또는 run)를 다시 시작하십시오. 지급된 인정 금액이 확인된 것으로 바뀌지 않습니다.",
        "Restart chores (or run): sums granted and paid are not marked as confirmed.",
    ),
    "chore end_help": (
        "chores(또는 run)를 다시 시작하십시오. 도우미 기간은 제때 끝나지만, 끝났다는 알림이 나가지 않습니다.",
        "Restart chores (or run): helpers whose last day is past may do nothing more, but nobody is told so.",
    ),
    "chore end_contracts": (
        "chores(또는 run)를 다시 시작하십시오. 끝난 계약의 직원은 들어오지 못하지만, 끝난 때가 기록되지 않습니다.",
        "Restart chores (or run): staff whose contract is over cannot get in, but when it ended is not written down.",
    ),
    "chore morning": (
        "chores(또는 run)를 다시 시작하십시오. 아침 현황이 나가지 않습니다. 정오 전이면 오늘 것은 아직 나갑니다.",
        "Restart chores (or run): the morning's figures do not go out; before noon those of today still will.",
    ),
    "chore bundle": (
        "chores(또는 run)를 다시 시작하십시오. 답이 없는 질문이 목록에 오르지 않을 뿐, 사라지지는 않습니다.",
        "Restart chores (or run): questions without an answer do not reach their list; none is lost.",
    ),
    "audit": (
        "chores(또는 run)를 다시 시작하십시오. 기록은 있으나 아직 봉인되지 않았습니다.",
        "Restart chores (or run): the records are there, but not sealed yet.",
    ),
    "audit chain": (
        "누가 기록을 고쳤을 수 있습니다. 데이터베이스를 복사해 두고 개인정보 보호책임자에게 알리십시오.",
        "Somebody may have changed the records: copy the database and tell the privacy officer.",
    ),
    "keys": (
        "열쇠 교체를 끝내십시오: python -m bot keys rotate. 열쇠가 모자라면 보관한 열쇠를 DATA_KEYS 끝에 더하십시오.",
        "Finish the change of keys: python -m bot keys rotate. A key that is lacking goes to the end of DATA_KEYS.",
    ),
    "roster": (
        "새 명부를 들여오십시오: python -m bot import roster FILE",
        "Bring in a roster: python -m bot import roster FILE",
    ),
    "payments": (
        "새 지급 자료를 들여오십시오: python -m bot import payments FILE",
        "Bring in payments: python -m bot import payments FILE",
    ),
    "review": (
        "관리자 창구의 직원과 역할에서 지난달 접속 기록 점검을 마치십시오.",
        "Close last month's review of who did what: admin desk, staff and roles.",
    ),
    "backup": (
        "매일 백업하십시오: python -m bot backup FOLDER",
        "Make a backup every day: python -m bot backup FOLDER",
    ),
}

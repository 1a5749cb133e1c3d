// The page's own words, in the language of the pane's person.
export const WORDS = {
  ko: {
    start: "시작", message: "메시지", send: "보내기", attach: "첨부", commands: "명령어 메뉴", keyboard: "버튼 자판 보이기",
    bot: "봇", group: "단체방", hands: (name) => `${name} 님의 화면`, typing: "입력 중…", edited: "수정됨", photo: "사진 고르기", file: "파일(PDF) 고르기", sample: "견본 서류 사진 보내기",
    share: (bot, phone) => `내 전화번호를 보낼까요?\n\n받는 봇: ${bot}\n번호: ${phone}`, yes: "보내기", no: "취소", ok: "확인", close: "닫기",
    empty: "아직 대화가 없습니다.", chat: "대화", contact: "연락처", forwarded: "전달된 메시지", you: "나", lost: "놀이터와 연결이 끊겼습니다. 다시 잇는 중입니다…",
    sampleTitle: "가족관계증명서", sampleNote: "견본 · 실제 서류 아님", opens: (url) => `봇이 이 주소를 열려고 합니다: ${url}`,
    sampleRows: ["등록기준지   인천광역시 서구 견본로 1", "본인   김견본   950302-*******", "배우자   이견본   930711-*******", "자녀   김새봄   250701-*******"],
  },
  en: {
    start: "Start", message: "Message", send: "Send", attach: "Attach", commands: "Command menu", keyboard: "Show the button keyboard",
    bot: "bot", group: "group", hands: (name) => `as ${name} sees it`, typing: "typing…", edited: "edited", photo: "Choose photos", file: "Choose a file (PDF)", sample: "Send a sample document photo",
    share: (bot, phone) => `Share your phone number?\n\nBot: ${bot}\nNumber: ${phone}`, yes: "Share", no: "Cancel", ok: "OK", close: "Close",
    empty: "No messages here yet.", chat: "Chat", contact: "Contact", forwarded: "Forwarded message", you: "You", lost: "The playground is not answering. Connecting again…",
    sampleTitle: "Family Relations Certificate", sampleNote: "Sample, not a real document", opens: (url) => `The bot wants to open this address: ${url}`,
    sampleRows: ["Registered at   1 Sample-ro, Seo-gu, Incheon", "Self   KIM Sample   950302-*******", "Spouse   LEE Sample   930711-*******", "Child   KIM Saebom   250701-*******"],
  },
};

export const wordsFor = (language) => WORDS[language] ?? WORDS.en;

export function phoneText(phone) {
  const home = phone.replace(/^\+82/, "0").replace(/\D/g, "");
  return home.replace(/^(01\d)(\d{3,4})(\d{4})$/, "$1-$2-$3");
}

// Draws a made-up certificate lying on a table, as an elderly person would photograph it.
export function samplePhoto(words) {
  const canvas = Object.assign(document.createElement("canvas"), { width: 900, height: 1200 });
  const paint = canvas.getContext("2d");
  const font = '"Noto Sans KR", "Noto Sans CJK KR", "Malgun Gothic", sans-serif';
  const wood = paint.createLinearGradient(0, 0, 900, 1200);
  wood.addColorStop(0, "#a98260");
  wood.addColorStop(1, "#7d5a3c");
  paint.fillStyle = wood;
  paint.fillRect(0, 0, 900, 1200);
  paint.translate(450, 600);
  paint.rotate(-0.022);
  paint.translate(-450, -600);
  paint.shadowColor = "rgba(0,0,0,.45)";
  paint.shadowBlur = 40;
  paint.fillStyle = "#fbfaf3";
  paint.fillRect(90, 90, 720, 1020);
  paint.shadowBlur = 0;
  paint.strokeStyle = "#2e5d4b";
  paint.lineWidth = 5;
  paint.strokeRect(118, 118, 664, 964);
  paint.fillStyle = "#1d2b26";
  paint.textAlign = "center";
  paint.font = `700 42px ${font}`;
  paint.fillText(words.sampleTitle, 450, 220, 600);
  paint.font = `500 26px ${font}`;
  paint.fillStyle = "#a23b2a";
  paint.fillText(words.sampleNote, 450, 268, 600);
  paint.textAlign = "left";
  words.sampleRows.forEach((row, line) => {
    const top = 370 + line * 92;
    paint.fillStyle = "#1d2b26";
    paint.font = `400 27px ${font}`;
    paint.fillText(row, 160, top, 580);
    paint.fillStyle = "#c9cfc4";
    paint.fillRect(150, top + 28, 600, 2);
  });
  paint.fillStyle = "#d8dbd0";
  for (let line = 0; line < 5; line++) paint.fillRect(160, 790 + line * 38, 560 - 90 * (line % 3), 12);
  paint.strokeStyle = paint.fillStyle = "rgba(190,40,30,.75)";
  paint.lineWidth = 7;
  paint.strokeRect(600, 930, 110, 110);
  paint.textAlign = "center";
  paint.font = `700 40px ${font}`;
  paint.fillText("견본", 655, 1000);
  return new Promise((done) => canvas.toBlob(done, "image/jpeg", 0.88));
}

// A bot server behind the Kakao gateway's remoteBot, in plain Node: BOT_SECRET=… node server.mjs
import { createHmac, timingSafeEqual } from 'node:crypto';
import { createServer } from 'node:http';

const { BOT_SECRET = '', HOST = '127.0.0.1', PORT = '8080' } = process.env;
const exit = sentence => process.exit(console.error(sentence) ?? 1);
const SECRETS = BOT_SECRET.split(','); // Two during a rotation.
if (SECRETS.some(one => one.length < 16))
  exit('BOT_SECRET must be that of remoteBot: 16 characters or more.');
if (!(PORT >= 0 && PORT < 65_536)) exit('PORT must be the number of a port, such as 8080.');

const DRINKS = { 아메리카노: '4,000원', 라떼: '4,500원', 유자차: '5,000원', '딸기 스무디': '5,500원' };
const orders = new Map(); // Their numbers by the turn's id: one a turn, however often that is asked.
const answers = new Map(); // By the turn's id and session: who asks the same again reads the same.

function isSigned({ headers }, body) {
  const timestamp = headers['x-kakao-gateway-timestamp'] ?? '';
  const signature = Buffer.from(headers['x-kakao-gateway-signature'] ?? '');
  if (!/^\d{1,12}$/.test(timestamp) || Math.abs(Date.now() / 1000 - timestamp) > 300) return false;
  return SECRETS.some(secret => {
    const hmac = createHmac('sha256', secret).update(`${timestamp}.`).update(body);
    const expected = Buffer.from(`v1=${hmac.digest('hex')}`);
    return signature.length === expected.length && timingSafeEqual(signature, expected);
  });
}

function answerTo({ id, text, session: { cart = {} } }) {
  const drink = Object.keys(DRINKS).find(name => text === `담기 ${name}`);
  const cups = drink ? { ...cart, [drink]: (cart[drink] ?? 0) + 1 } : cart;
  const words = Object.entries(cups).map(([name, count]) => `${name} ${count}잔`);
  if (drink) return reply(`${drink} 한 잔을 담았어요.`, ['장바구니', '메뉴'], { cart: cups });
  if (text === '장바구니') return reply(words.join('\n') || '장바구니가 비어 있어요.', ['주문', '메뉴']);
  if (text === '주문' && words.length > 0) {
    if (!orders.has(id)) orders.set(id, orders.size + 1);
    return reply(`주문을 받았어요. ${orders.get(id)}번으로 불러 드릴게요.`, ['메뉴'], {});
  }
  const items = Object.entries(DRINKS).map(([name, price]) => {
    return { title: name, description: price, action: 'message', messageText: `담기 ${name}` };
  });
  return reply({ listCard: { header: { title: '오늘의 메뉴' }, items } }, ['장바구니', '주문']);
}
const reply = (output, quickReplies, session) => JSON.stringify({ outputs: [output], quickReplies, session });

const server = createServer((request, response) => {
  const parts = [];
  request.on('data', part => (parts.length < 100 ? parts.push(part) : request.destroy()));
  request.on('end', () => {
    const body = Buffer.concat(parts);
    if (!isSigned(request, body)) return response.writeHead(401).end();
    const { turn } = JSON.parse(body);
    if (!turn) return response.writeHead(204).end(); // A notice.
    const asked = JSON.stringify([turn.id, turn.session]);
    if (!answers.has(asked)) answers.set(asked, answerTo(turn));
    response.writeHead(200, { 'content-type': 'application/json' }).end(answers.get(asked));
    if (answers.size > 1_000) answers.delete(answers.keys().next().value);
  });
});
server.on('error', ({ message }) => exit(message));
server.listen(Number(PORT), HOST, () => console.log(`http://${HOST}:${server.address().port}`));

// A smart-chat server as anybody writes one in ten lines: no package, and nothing of ours.
import { createServer } from 'node:http';
import { json } from 'node:stream/consumers';

const home = { type: 'buttons', buttons: ['메뉴', '지도'] };
const link = { label: '길 찾기', url: 'https://example.com/map' };

createServer(async (request, response) => {
  const call = `${request.method} ${request.url}`;
  const { type, content } = call === 'POST /bot/message' ? await json(request) : {};
  const text = type === 'photo' ? `사진: ${content}` : `${content}?`;
  const answer = {
    'GET /bot/keyboard': home,
    'POST /bot/message':
      content === '지도'
        ? { message: { text: '여기예요', message_button: link } }
        : { message: { text }, keyboard: home },
    'POST /bot/friend': {},
  }[call];
  response.writeHead(answer ? 200 : 404, { 'content-type': 'application/json; charset=utf-8' });
  response.end(JSON.stringify(answer ?? { message: `no ${call}` }));
}).listen(Number(process.env.PORT), '127.0.0.1', function () {
  console.log(this.address().port);
});

"""A bot server behind the Kakao gateway's remoteBot, in Python's standard library: BOT_SECRET=… python3 server.py"""
import hashlib, hmac, json, os, sys, threading, time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

HOST, PORT = os.environ.get('HOST', '127.0.0.1'), os.environ.get('PORT', '8080')
SECRETS = os.environ.get('BOT_SECRET', '').split(',')  # Two during a rotation.
if any(len(one) < 16 for one in SECRETS): sys.exit('BOT_SECRET must be that of remoteBot: 16 characters or more.')
if not (PORT.isdecimal() and int(PORT) < 65_536): sys.exit('PORT must be the number of a port, such as 8080.')

DRINKS = {'아메리카노': '4,000원', '라떼': '4,500원', '유자차': '5,000원', '딸기 스무디': '5,500원'}
orders = {}  # Their numbers by the turn's id: one a turn, however often that is asked.
answers = {}  # By the turn's id and session: who asks the same again reads the same.
one_at_a_time = threading.Lock()

def is_signed(headers, body):
    timestamp, signature = (headers.get(f'x-kakao-gateway-{name}', '') for name in ('timestamp', 'signature'))
    is_now = timestamp.isdecimal() and len(timestamp) < 13 and abs(time.time() - int(timestamp)) <= 300
    hmacs = [hmac.new(secret.encode(), timestamp.encode() + b'.' + body, hashlib.sha256) for secret in SECRETS]
    return is_now and any([hmac.compare_digest(f'v1={one.hexdigest()}'.encode(), signature.encode()) for one in hmacs])

def answer_to(turn):
    text, cart = turn['text'], turn['session'].get('cart', {})
    drink = text.removeprefix('담기 ')
    if drink in DRINKS and drink != text:
        cart = {**cart, drink: cart.get(drink, 0) + 1}
        return reply(f'{drink} 한 잔을 담았어요.', ['장바구니', '메뉴'], session={'cart': cart})
    if text == '장바구니':
        words = [f'{name} {count}잔' for name, count in cart.items()]
        return reply('\n'.join(words) or '장바구니가 비어 있어요.', ['주문', '메뉴'])
    if text == '주문' and cart:
        number = orders.setdefault(turn['id'], len(orders) + 1)
        return reply(f'주문을 받았어요. {number}번으로 불러 드릴게요.', ['메뉴'], session={})
    items = [{'title': name, 'description': price, 'action': 'message', 'messageText': f'담기 {name}'}
             for name, price in DRINKS.items()]
    return reply({'listCard': {'header': {'title': '오늘의 메뉴'}, 'items': items}}, ['장바구니', '주문'])

def reply(output, quick_replies, **session):
    return json.dumps({'outputs': [output], 'quickReplies': quick_replies, **session}).encode()

class Server(BaseHTTPRequestHandler):
    timeout = 10  # Of a caller who says nothing more.
    def do_POST(self):
        body = self.rfile.read(min(int(self.headers.get('content-length', 0)), 262_144))
        if not is_signed(self.headers, body):
            return self.send_error(401)
        turn, answer = json.loads(body).get('turn'), b''
        if turn:  # A notice is only told.
            with one_at_a_time:
                asked = json.dumps([turn['id'], turn['session']])
                answer = answers[asked] = answers.get(asked) or answer_to(turn)
        self.send_response(200 if answer else 204)
        self.send_header('content-type', 'application/json')
        self.end_headers()
        self.wfile.write(answer)
        if len(answers) > 1_000: answers.pop(next(iter(answers)))

server = ThreadingHTTPServer((HOST, int(PORT)), Server)
print(f'http://{HOST}:{server.server_port}', flush=True)
server.serve_forever()

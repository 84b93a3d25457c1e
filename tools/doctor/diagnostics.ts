import type { Language, Sentence } from '../language.ts';

/** Every diagnostic as one sentence: the cause, and what to do; `{name}` is filled from its values. */
export const SENTENCES = {
  dns: {
    en: 'The name {host} does not resolve: compare it with what cdk deploy printed, or wait until a new domain is known everywhere.',
    ko: '{host}라는 이름을 찾을 수 없습니다. cdk deploy가 출력한 주소와 비교하거나, 새 도메인이면 퍼질 때까지 기다리세요.',
  },
  refused: {
    en: 'Nobody listens at {host}: start the gateway, or correct the port.',
    ko: '{host}에서 아무도 듣고 있지 않습니다. 게이트웨이를 시작하거나 포트를 고치세요.',
  },
  unreachable: {
    en: 'There is no way from here to {host}: look for a firewall, a VPN or a proxy in between.',
    ko: '여기서 {host}에 닿을 수 없습니다. 사이에 방화벽, VPN, 프록시가 있는지 확인하세요.',
  },
  'no-connection': {
    en: '{host} took no connection within {limit} s: look for a firewall that drops it, or a wrong port.',
    ko: '{host}에 {limit}초 안에 연결되지 않았습니다. 막고 있는 방화벽이나 틀린 포트가 없는지 확인하세요.',
  },
  'hung-up': {
    en: 'It hung up without a whole answer: look for a crash in the log of the function.',
    ko: '답을 다 보내지 않고 연결을 끊었습니다. 함수의 로그에서 비정상 종료를 찾아보세요.',
  },
  'not-http': {
    en: '{host} speaks something other than HTTP: correct the port.',
    ko: '{host}가 HTTP가 아닌 말을 합니다. 포트를 고치세요.',
  },
  timeout: {
    en: 'No whole answer within {limit} s, so the user sees none: look for a timeout in the log of the function, and declare slow rules with { slow }.',
    ko: '{limit}초 안에 답이 끝나지 않아 사용자는 아무 답도 보지 못합니다. 함수의 로그에서 시간 초과를 찾아보고, 느린 규칙은 { slow }로 알리세요.',
  },
  'nearly-late': {
    en: 'Nearly late: it answered after {time} of {limit} s, and on a slower line the user sees no answer: declare slow rules with { slow }, or give the function more memory.',
    ko: '거의 늦었습니다. {limit}초 중 {time}초 만에 답해서, 회선이 조금만 느려도 사용자는 답을 보지 못합니다. 느린 규칙은 { slow }로 알리거나, 함수의 메모리를 늘리세요.',
  },
  'slow-enough': {
    en: 'Not tried: {count} calls in a row took nearly all of the {limit} s that Kakao waits, which says enough, so mend that first.',
    ko: '시도하지 않았습니다. 카카오가 기다리는 {limit}초를 거의 다 쓴 호출이 {count}번 이어졌으니, 그것부터 고치세요.',
  },
  'out-of-time': {
    en: 'Not tried: the doctor stops after {whole} s, so have the gateway answer faster, or examine one protocol alone by --only.',
    ko: '시도하지 않았습니다. 점검은 {whole}초에서 멈춥니다. 게이트웨이가 더 빨리 답하게 하거나, --only로 한 프로토콜만 점검하세요.',
  },
  'left-out': {
    en: 'Not tried, since a gateway counts the calls that it refuses, and alarms on them: --strangers tries it.',
    ko: '시도하지 않았습니다. 게이트웨이는 거절한 호출을 세어 경보를 울립니다. --strangers를 붙이면 시도합니다.',
  },
  'too-large': {
    en: 'The answer is larger than 1 MB, and Kakao shows no bubble of more than 30 KB: answer less.',
    ko: '답이 1 MB보다 큽니다. 카카오는 30 KB가 넘는 말풍선을 보여 주지 않으니 답을 줄이세요.',
  },
  'too-much': {
    en: 'The answer holds more than 200,000 values, and no answer that Kakao shows comes near: answer less.',
    ko: '답에 값이 200,000개보다 많습니다. 카카오가 보여 주는 답변은 이보다 훨씬 작으니 답을 줄이세요.',
  },
  slow: {
    en: 'Answered after {time} of {limit} s, which a slower line would lose: give the function more memory, or declare slow rules with { slow }.',
    ko: '{limit}초 중 {time}초 만에 답해서, 회선이 조금만 느려도 늦습니다. 함수의 메모리를 늘리거나 느린 규칙을 { slow }로 알리세요.',
  },
  'tls-plain': {
    en: 'Plain http to this machine has no certificate.',
    ko: '내 컴퓨터로 가는 http에는 인증서가 없습니다.',
  },
  'tls-elsewhere': {
    en: 'The connection goes over plain http to where --connect says: nobody has looked at the certificate.',
    ko: '--connect가 가리키는 곳으로 http로 연결해서 인증서는 확인하지 않았습니다.',
  },
  'tls-ok': {
    en: 'The chain is complete, TLS 1.2 is served, and the certificate lasts {days} more days.',
    ko: '인증서 체인이 온전하고 TLS 1.2를 받으며, 인증서는 앞으로 {days}일 동안 유효합니다.',
  },
  'tls-expires': {
    en: 'The certificate runs out in {days} days: renew it, and see why nothing did so by itself.',
    ko: '인증서가 {days}일 뒤에 만료됩니다. 갱신하고, 자동 갱신이 왜 안 되었는지 확인하세요.',
  },
  'tls-1-2': {
    en: 'TLS 1.2 is not served, and an older client of Kakao may speak nothing newer: allow it.',
    ko: 'TLS 1.2를 받지 않습니다. 카카오 쪽 클라이언트가 더 새로운 버전을 모를 수 있으니 허용하세요.',
  },
  'tls-chain': {
    en: "The missing intermediate certificate makes Kakao's client refuse {host}, though browsers may not: serve the whole chain (fullchain.pem).",
    ko: '중간 인증서가 빠져 있어, 브라우저는 괜찮아도 카카오의 클라이언트는 {host}를 거절합니다. 전체 체인(fullchain.pem)을 설치하세요.',
  },
  'tls-authority': {
    en: 'The chain of {host} leads to no authority that Kakao knows: serve all of it (fullchain.pem), from a public authority (ACM, Let’s Encrypt).',
    ko: '{host}의 인증서 체인이 카카오가 아는 기관까지 이어지지 않습니다. 공인 기관(ACM, Let’s Encrypt)의 전체 체인(fullchain.pem)을 설치하세요.',
  },
  'tls-self-signed': {
    en: 'The certificate of {host} is signed by itself or by a private authority, and Kakao refuses it: use one of a public authority (ACM, Let’s Encrypt).',
    ko: '{host}의 인증서가 자체 서명이거나 사설 기관의 것이라 카카오가 거절합니다. 공인 기관(ACM, Let’s Encrypt)의 인증서를 쓰세요.',
  },
  'tls-expired': {
    en: 'The certificate of {host} has run out: renew it.',
    ko: '{host}의 인증서가 만료되었습니다. 갱신하세요.',
  },
  'tls-name': {
    en: 'The certificate is for another name than {host}: give the gateway one for its own name.',
    ko: '인증서의 이름이 {host}가 아닙니다. 이 이름의 인증서를 쓰세요.',
  },
  'tls-untrusted': {
    en: 'The certificate of {host} is not trusted ({code}): use one of a public authority, with the whole chain.',
    ko: '{host}의 인증서를 믿을 수 없습니다({code}). 공인 기관의 인증서를 전체 체인과 함께 쓰세요.',
  },
  'tls-handshake': {
    en: '{host} refuses the TLS handshake: check that this port speaks TLS and knows this name.',
    ko: '{host}가 TLS 연결을 거절합니다. 이 포트가 TLS를 쓰는지, 이 이름을 아는지 확인하세요.',
  },
  'tls-to-http': {
    en: '{host} speaks plain HTTP on this port, and https was asked of it: correct the port, or write http where it is this machine.',
    ko: '{host}의 이 포트는 https가 아니라 http로 말합니다. 포트를 고치거나, 내 컴퓨터라면 http로 쓰세요.',
  },
  'http-to-tls': {
    en: '{host} speaks TLS on this port, and plain http was asked of it: write https, or correct the port.',
    ko: '{host}의 이 포트는 TLS로 말하는데 http로 물었습니다. https로 쓰거나 포트를 고치세요.',
  },
  'secret-refused': {
    en: 'The secret is refused: print the valid one with the SecretCommand of cdk deploy, and enter it under 헤더값 입력 as x-gateway-secret.',
    ko: '시크릿이 거절되었습니다. cdk deploy가 알려 준 SecretCommand로 올바른 시크릿을 출력해서, 헤더값 입력의 x-gateway-secret에 넣으세요.',
  },
  'app-secret-refused': {
    en: 'The secret in the app URL is refused: print the valid one with the SecretCommand of cdk deploy, and put it into the 앱 URL.',
    ko: '앱 URL의 시크릿이 거절되었습니다. cdk deploy가 알려 준 SecretCommand로 올바른 시크릿을 출력해서 앱 URL에 넣으세요.',
  },
  open: {
    en: 'A call without the secret was answered, so anybody who finds the URL can use the bot: have the gateway check the secret.',
    ko: '시크릿 없는 호출에 답했습니다. URL을 아는 누구나 봇을 쓸 수 있으니, 게이트웨이가 시크릿을 확인하게 하세요.',
  },
  'refused-oddly': {
    en: 'A call without the secret was refused with {status} instead of 401: check that it was refused for that reason.',
    ko: '시크릿 없는 호출을 401이 아니라 {status}로 거절했습니다. 시크릿 때문에 거절한 것인지 확인하세요.',
  },
  'not-found': {
    en: 'Nothing is served there: register {register}, and check the base URL.',
    ko: '그 주소에는 아무것도 없습니다. {register} 주소를 등록하고, 기본 URL이 맞는지 확인하세요.',
  },
  forbidden: {
    en: "It answers 403, and the gateway's own answer to a wrong secret is 401: look for what stands before it (a WAF, a proxy, API Gateway's own URL that a domain has closed).",
    ko: '403으로 답했습니다. 게이트웨이는 틀린 시크릿을 401로 거절하니, 그 앞에 있는 것(WAF, 프록시, 도메인을 쓰면서 닫은 API Gateway 주소)을 확인하세요.',
  },
  throttled: {
    en: 'It answers 429, so more calls came than it takes, and Kakao drops the turn: raise throttleRate and throttleBurst, or wait until the flood is over.',
    ko: '429로 답했습니다. 받을 수 있는 것보다 호출이 많아 카카오가 그 턴을 버립니다. throttleRate와 throttleBurst를 올리거나 호출이 줄기를 기다리세요.',
  },
  redirect: {
    en: 'It answers {status}, and Kakao follows no redirect of a POST: {register} must answer itself.',
    ko: '{status}로 답했습니다. 카카오는 POST의 리다이렉트를 따르지 않으니 {register}에서 바로 답해야 합니다.',
  },
  'server-error': {
    en: 'It answers {status}, so the user sees no answer: look for the error in the log of the function.',
    ko: '{status}로 답해서 사용자는 답을 보지 못합니다. 함수의 로그에서 오류를 찾아보세요.',
  },
  'wrong-status': {
    en: 'It answers {status} where Kakao takes 200 alone; it says: {excerpt}',
    ko: '카카오는 200만 받는데 {status}로 답했습니다. 답의 내용: {excerpt}',
  },
  html: {
    en: 'It answers a web page (text/html): some other server or a proxy answers there, so correct the URL.',
    ko: '웹 페이지(text/html)로 답했습니다. 다른 서버나 프록시가 답하고 있으니 URL을 고치세요.',
  },
  'not-json': {
    en: 'The answer is no JSON in UTF-8, and Kakao shows nothing of it: look at what the skill returns.',
    ko: '답이 UTF-8 JSON이 아니라서 카카오는 아무것도 보여 주지 않습니다. 스킬이 무엇을 돌려주는지 확인하세요.',
  },
  compressed: {
    en: 'The answer is compressed ({encoding}) though nobody asked for it, and Kakao unpacks nothing that it has not asked for: switch compression off for this path.',
    ko: '요청하지 않았는데 압축된({encoding}) 답입니다. 카카오는 요청하지 않은 압축을 풀지 않으니, 이 경로의 압축을 끄세요.',
  },
  'not-utf-8': {
    en: 'The answer is JSON in {encoding} instead of UTF-8, and Kakao shows no Korean of it: write its bytes in UTF-8.',
    ko: '답이 UTF-8이 아니라 {encoding}로 된 JSON이라 한글이 보이지 않습니다. UTF-8로 답하세요.',
  },
  charset: {
    en: 'The content type says charset={charset}, by which a client reads Korean as garbage: answer application/json; charset=utf-8.',
    ko: 'Content-Type이 charset={charset}라고 해서 한글이 깨집니다. application/json; charset=utf-8로 답하세요.',
  },
  wrapped: {
    en: 'The answer is still wrapped as a function returns it to API Gateway ("statusCode", "body"): use the Lambda proxy integration, which unwraps it, or answer the body alone.',
    ko: '답이 Lambda 함수가 API Gateway에 돌려주는 모양("statusCode", "body") 그대로입니다. 그것을 풀어 주는 Lambda 프록시 통합을 쓰거나, body만 답하세요.',
  },
  'json-in-text': {
    en: 'The answer is a JSON string that holds the JSON: it was turned into text twice (JSON.stringify, json.dumps), so do it once.',
    ko: '답이 JSON을 담은 JSON 문자열입니다. 두 번 문자열로 바꾼 것이니(JSON.stringify, json.dumps) 한 번만 바꾸세요.',
  },
  version: {
    en: 'The answer has "version": {version}, and Kakao knows the text "2.0" alone: write "version": "2.0", in quotation marks.',
    ko: '답의 version이 {version}입니다. 카카오는 문자열 "2.0"만 아니, 따옴표를 붙여 "version": "2.0"으로 답하세요.',
  },
  'content-type': {
    en: 'The content type is not application/json: answer application/json; charset=utf-8.',
    ko: 'Content-Type이 application/json이 아닙니다. application/json; charset=utf-8로 답하세요.',
  },
  'content-type-smart-chat': {
    en: 'The content type is not application/json; charset=utf-8: another one is a "wrong keyboard initialization", or garbles Korean.',
    ko: 'Content-Type이 application/json; charset=utf-8이 아닙니다. 다르면 "wrong keyboard initialization" 오류가 나거나 한글이 깨집니다.',
  },
  v1: {
    en: 'The answer has no version, so Kakao reads it as the format of 2018 and shows nothing: answer "version": "2.0" with a template.',
    ko: '답에 version이 없어 카카오가 2018년 형식으로 읽고 아무것도 보여 주지 않습니다. "version": "2.0"과 template으로 답하세요.',
  },
  'not-accepted': {
    en: 'Kakao would drop the whole answer (말풍선 가이드 위반), so mend it: {problems}.',
    ko: '카카오가 답을 통째로 버립니다(말풍선 가이드 위반). 고칠 곳: {problems}.',
  },
  'callback-unasked': {
    en: 'It answers useCallback to a request without a callback URL, so no answer ever comes: answer in the room instead.',
    ko: '콜백 URL이 없는 요청에 useCallback으로 답해서 답이 영영 오지 않습니다. 채팅방으로 답하세요.',
  },
  'callback-remark': {
    en: "Kakao's testers can't complete a callback: try a slow rule in the 운영채널.",
    ko: '카카오의 테스트 도구에서는 콜백이 끝까지 가지 않습니다. 느린 규칙은 운영채널에서 시험하세요.',
  },
  'broken-json-fails': {
    en: 'Broken JSON is answered with {status}, as if the gateway were ill: answer 400.',
    ko: '깨진 JSON에 게이트웨이가 고장 난 것처럼 {status}로 답했습니다. 400으로 답하세요.',
  },
  'broken-json-taken': {
    en: 'Broken JSON is answered with {status}, so a broken proxy would go unnoticed: answer 400.',
    ko: '깨진 JSON에 {status}로 답해서, 중간에서 깨져도 알 수 없습니다. 400으로 답하세요.',
  },
  'validation-missing': {
    en: 'Nothing is deployed there, which matters only if a parameter has a validation URL: leave it, or deploy it.',
    ko: '배포되어 있지 않습니다. 검증 URL을 쓰는 파라미터가 없으면 그대로 두고, 있으면 배포하세요.',
  },
  'validation-status': {
    en: 'The answer has no status that Kakao knows: answer SUCCESS, FAIL, ERROR or IGNORE.',
    ko: '답에 카카오가 아는 status가 없습니다. SUCCESS, FAIL, ERROR, IGNORE 중 하나로 답하세요.',
  },
  'health-missing': {
    en: 'There is no /health: check that {base} is the base URL, which ends before /open-builder and /smart-chat.',
    ko: '/health가 없습니다. {base}가 기본 URL(/open-builder와 /smart-chat 앞까지)이 맞는지 확인하세요.',
  },
  'health-refused': {
    en: '/health answers {status}, though it asks for no secret, so whoever watches the gateway takes it for dead: look for a WAF or a proxy before it.',
    ko: '시크릿이 필요 없는 /health가 {status}로 답해서, 감시하는 쪽은 게이트웨이가 멈춘 줄 압니다. 앞에 있는 WAF나 프록시를 확인하세요.',
  },
  'optional-status': {
    en: "It answers {status}, which the API 테스트 doesn't mind: answer 200, so that users who leave are forgotten.",
    ko: '{status}로 답했습니다. API 테스트는 통과하지만, 떠난 사용자를 지우려면 200으로 답하세요.',
  },
  'not-tried': {
    en: 'Not tried: what failed before would fail it, too.',
    ko: '앞의 문제로 어차피 실패하므로 시도하지 않았습니다.',
  },
} as const satisfies Record<string, Sentence>;

/** Names a diagnostic; the same in every version, for `--json`. */
export type DiagnosticCode = keyof typeof SENTENCES;

/** The reason for a verdict, to be told in the operator's language; `values` fill the sentence's places. */
export interface Diagnostic {
  readonly code: DiagnosticCode;
  readonly values: Readonly<Record<string, string | number | Sentence>>;
}

/** Makes a diagnostic. */
export function diagnostic(code: DiagnosticCode, values: Diagnostic['values'] = {}): Diagnostic {
  return { code, values };
}

/** A diagnostic as one sentence. */
export function sentenceOf({ code, values }: Diagnostic, language: Language): string {
  return SENTENCES[code][language].replace(/\{(\w+)\}/g, (place, name) => {
    const value = values[name] ?? place;
    return typeof value === 'object' ? value[language] : String(value);
  });
}

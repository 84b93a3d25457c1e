export type { AlarmSettings } from './alarms.ts';
export type { DomainSettings } from './custom-domain.ts';
export type { FunctionSettings } from './gateway-function.ts';
export { GatewayStack, type GatewayStackProps } from './gateway-stack.ts';
export { KakaoGateway, type KakaoGatewayProps } from './kakao-gateway.ts';
export type { RestApiKeySecret } from './secrets.ts';
export { SessionStack, type SessionStackProps } from './session-stack.ts';
export type { SessionsTable } from './sessions-table.ts';

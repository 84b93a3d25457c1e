export { bot } from '../../../../lambda/scenarios/cafe.ts';

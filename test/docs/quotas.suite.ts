import { expect, test } from '@jest/globals';
import { DEPLOYED } from '../../bench/flood.ts';
import { propertiesOf, synth } from '../lib/synth.ts';

test('the page on quotas counts with a gateway as it is deployed where nothing is set', () => {
  const { template } = synth().gateway;
  const [stage] = propertiesOf(template, 'AWS::ApiGatewayV2::Stage');
  expect(stage?.DefaultRouteSettings).toMatchObject({
    ThrottlingRateLimit: DEPLOYED.throttleRate,
    ThrottlingBurstLimit: DEPLOYED.throttleBurst,
  });
  const [mapping] = propertiesOf(template, 'AWS::Lambda::EventSourceMapping');
  expect(mapping?.ScalingConfig).toEqual({ MaximumConcurrency: DEPLOYED.lateTurnsAtOnce });
  const functions = propertiesOf(template, 'AWS::Lambda::Function');
  expect(functions.map(({ MemorySize }) => MemorySize)).toContain(DEPLOYED.memoryMb);
  for (const made of functions) expect(made).not.toHaveProperty('ReservedConcurrentExecutions');
});

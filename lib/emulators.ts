import { Aws, CfnCondition, CfnResource, Fn, Stack } from 'aws-cdk-lib/core';
import type { IConstruct } from 'constructs';

/** Leaves a resource out of what an emulator of AWS deploys: one whose type or form emulators refuse the whole template for. */
export function leaveOutOfEmulators(resource: IConstruct | undefined): void {
  if (resource instanceof CfnResource) resource.cfnOptions.condition = isAws(Stack.of(resource));
}

/** The id of the condition, one for all bots of a stack. */
const ID = 'KakaoGatewayIsAws';

function isAws(stack: Stack): CfnCondition {
  const made = stack.node.tryFindChild(ID);
  if (made instanceof CfnCondition) return made;
  // An emulator's account is that, or in a condition only the name of one.
  const isEmulated = Fn.conditionOr(
    Fn.conditionEquals(Aws.ACCOUNT_ID, '000000000000'),
    Fn.conditionEquals(Aws.ACCOUNT_ID, 'AWS::AccountId'),
  );
  return new CfnCondition(stack, ID, { expression: Fn.conditionNot(isEmulated) });
}

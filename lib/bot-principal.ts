import {
  type AddToPrincipalPolicyResult,
  type IPrincipal,
  type PolicyStatement,
  PrincipalPolicyFragment,
  type Role,
} from 'aws-cdk-lib/aws-iam';
import { DependencyGroup } from 'constructs';

/** The roles of all functions that run the bot's code, as one principal: what is granted to it each of them may do, and nobody else. */
export class BotPrincipal implements IPrincipal {
  readonly grantPrincipal: IPrincipal = this;
  readonly assumeRoleAction = 'sts:AssumeRole';
  readonly #roles: readonly [Role, ...Role[]];

  constructor(roles: readonly [Role, ...Role[]]) {
    this.#roles = roles;
  }

  get policyFragment(): PrincipalPolicyFragment {
    return new PrincipalPolicyFragment({ AWS: this.#roles.map(({ roleArn }) => roleArn) });
  }

  get principalAccount(): string | undefined {
    return this.#roles[0].principalAccount;
  }

  addToPrincipalPolicy(statement: PolicyStatement): AddToPrincipalPolicyResult {
    const policies = new DependencyGroup();
    for (const role of this.#roles) {
      const { policyDependable } = role.addToPrincipalPolicy(statement.copy());
      if (policyDependable) policies.add(policyDependable);
    }
    return { statementAdded: true, policyDependable: policies };
  }
}

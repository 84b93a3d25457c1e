import { runSecretOfAws } from '../tools/secret/of-aws.ts';

process.exitCode = await runSecretOfAws(process.argv.slice(2));

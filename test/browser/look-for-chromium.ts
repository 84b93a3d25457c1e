import { findChromium } from './chromium.ts';

// Run before jest, whose way of failing is a stack.
try {
  findChromium(process.env);
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exit(1);
}

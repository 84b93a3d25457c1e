declare module 'dynalite' {
  import type { Server } from 'node:http';

  /** DynamoDB's HTTP API over a store in memory. */
  export default function dynalite(options?: { readonly createTableMs?: number }): Server;
}

/** Athena as query sees it: a statement is started, watched, stopped, and its result read page by page. */
import {
  type AthenaClient,
  GetQueryExecutionCommand,
  GetQueryResultsCommand,
  GetWorkGroupCommand,
  StartQueryExecutionCommand,
  StopQueryExecutionCommand,
} from '@aws-sdk/client-athena';
import { parsePage, type ResultPage } from '../core/query-result.ts';

/** How far a statement is; `reason` is the engine's own text. */
export type Execution =
  | { readonly state: 'running' }
  | { readonly state: 'succeeded'; readonly scannedBytes: number; readonly engineMs: number }
  | { readonly state: 'failed' | 'cancelled'; readonly reason: string };

export type QueryEngine = {
  readonly region: () => Promise<string>;
  readonly hasWorkgroup: () => Promise<boolean>;
  /** Gives the id, or the engine's own text where it refuses the statement at once. */
  readonly start: (
    sql: string,
    database: string,
  ) => Promise<{ readonly id: string } | { readonly refused: string }>;
  readonly look: (id: string) => Promise<Execution>;
  readonly stop: (id: string) => Promise<void>;
  /** At least one page; at most 1,000 rows each. */
  readonly pages: (id: string) => AsyncGenerator<ResultPage>;
};

export function openQueryEngine(client: AthenaClient, workgroup: string): QueryEngine {
  return {
    region: () => client.config.region(),

    hasWorkgroup: async () => {
      const found = await orRefused(client.send(new GetWorkGroupCommand({ WorkGroup: workgroup })));
      return !('refused' in found);
    },

    start: async (sql, database) => {
      const started = await orRefused(
        client.send(
          new StartQueryExecutionCommand({
            QueryString: sql,
            WorkGroup: workgroup,
            QueryExecutionContext: { Database: database },
          }),
        ),
      );
      if ('refused' in started) return started;
      if (started.QueryExecutionId === undefined) throw new Error('Athena: expected an id, got none');
      return { id: started.QueryExecutionId };
    },

    look: async id => {
      const { QueryExecution = {} } = await client.send(
        new GetQueryExecutionCommand({ QueryExecutionId: id }),
      );
      const { Status = {}, Statistics = {} } = QueryExecution;
      const reason = Status.StateChangeReason ?? '';
      switch (Status.State) {
        case 'SUCCEEDED':
          return {
            state: 'succeeded',
            scannedBytes: Statistics.DataScannedInBytes ?? 0,
            engineMs: Statistics.TotalExecutionTimeInMillis ?? 0,
          };
        case 'FAILED':
          return { state: 'failed', reason };
        case 'CANCELLED':
          return { state: 'cancelled', reason };
        default:
          return { state: 'running' };
      }
    },

    stop: async id => {
      await client.send(new StopQueryExecutionCommand({ QueryExecutionId: id }));
    },

    pages: async function* (id) {
      for (let token: string | undefined, isFirst = true; isFirst || token !== undefined; isFirst = false) {
        const page = await client.send(
          new GetQueryResultsCommand({
            QueryExecutionId: id,
            MaxResults: 1000,
            ...(token === undefined ? {} : { NextToken: token }),
          }),
        );
        yield parsePage(page, isFirst);
        token = page.NextToken;
      }
    },
  };
}

/** What Athena finds wrong with a request is an answer; anything else, such as missing rights, is thrown. */
async function orRefused<T>(request: Promise<T>): Promise<T | { readonly refused: string }> {
  try {
    return await request;
  } catch (error) {
    if (error instanceof Error && error.name === 'InvalidRequestException') return { refused: error.message };
    throw error;
  }
}

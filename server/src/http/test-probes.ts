import { Type } from 'typebox';
import { refuse } from '@huiquan/domain/refusals.ts';
import { record } from '../events/record.ts';
import { route } from './contract.ts';
import { type Feature, handle } from './handle.ts';
import {
  DayWire,
  FenWire,
  Id,
  InstantWire,
  OneOf,
  Page,
  pageQuery,
  PersonNameWire,
  ResidentIdWire,
  SafeText,
} from './wire.ts';

/** Routes that exist only in tests: one of each kind the door has to judge. */
export const write = route({
  method: 'POST',
  url: '/api/probes/{probeId}',
  permission: 'round.create',
  summary: '试验',
  params: Type.Object({ probeId: Id }),
  body: Type.Object({
    amountFen: Type.Optional(FenWire),
    name: Type.Optional(PersonNameWire),
    residentId: Type.Optional(ResidentIdWire),
    text: Type.Optional(SafeText(10)),
    day: Type.Optional(DayWire),
    at: Type.Optional(InstantWire),
    kind: Type.Optional(OneOf(['directed', 'claim'])),
    final: Type.Optional(Type.Boolean()),
    fails: Type.Optional(Type.Boolean()),
    captcha: Type.Optional(SafeText(100)),
  }),
  reply: Type.Object({ eventId: Type.Integer() }),
  status: 'created',
  refusals: ['state_conflict'],
  notInput: ['captcha'],
});

export const list = route({
  method: 'GET',
  url: '/api/probes',
  permission: 'public',
  summary: '试验',
  query: Type.Object({ ...pageQuery, filter: Type.Optional(SafeText(10)) }),
  reply: Page(Type.Integer()),
  refusals: [],
});

export const edit = route({
  method: 'PUT',
  url: '/api/probes/{probeId}',
  permission: 'round.create',
  summary: '试验',
  params: Type.Object({ probeId: Id }),
  body: Type.Object({ text: SafeText(10) }),
  reply: Type.Object({}),
  refusals: ['version_required', 'version_conflict'],
  secondFactor: true,
  recentSignIn: true,
});

export const upload = route({
  method: 'POST',
  url: '/api/probe-files',
  permission: 'public',
  summary: '试验',
  reply: Type.Object({ name: Type.String(), bytes: Type.Integer() }),
  refusals: [],
  upload: true,
  idempotent: false,
});

export const leak = route({
  method: 'GET',
  url: '/api/probe-leaks',
  permission: 'public',
  summary: '试验',
  reply: Type.Object({ shown: Type.String() }),
  refusals: [],
});

export const probes: Feature = {
  name: 'probe',
  routes: () => [
    handle(write, (request) =>
      request.transact(
        async (tx) => {
          if (request.body.fails === true) refuse('state_conflict', { final: false });
          if (request.body.final === true) refuse('sold_out', { left: 0 });
          const subject = { kind: 'probe', id: request.params.probeId };
          const eventId = await record(tx, { kind: 'probe.made', subject });
          return { eventId: Number(eventId) };
        },
        new Set(['sold_out']),
      ),
    ),
    handle(list, async (request) => {
      const from = request.position<number>() ?? 0;
      const limit = request.query.limit ?? 2;
      const items = Array.from({ length: limit }, (_, index) => from + index);
      return { items, next: request.cursor(from + limit) };
    }),
    handle(edit, async (request) => {
      request.ifMatch(3);
      return request.transact(async () => ({}));
    }),
    handle(upload, async (request) => {
      const file = await request.file();
      let bytes = 0;
      for await (const chunk of file.stream) bytes += Buffer.from(chunk).length;
      return { name: file.name, bytes };
    }),
    handle(leak, async () => ({ shown: 'x', secret: 'y' })),
  ],
};

export const probeId = '0190a000-0000-7000-8000-000000000001';
export const params = { probeId };

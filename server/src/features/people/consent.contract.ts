import { Type } from 'typebox';
import { consentPurposes } from '@huiquan/domain/consent/texts.ts';
import { route } from '../../http/contract.ts';
import { Count, Empty, InstantWire, OneOf } from '../../http/wire.ts';

const versionMax = 1_000;

export const listConsentsRoute = route({
  method: 'GET',
  url: '/api/me/consents',
  permission: 'signed_in',
  summary: '个人信息授权：每项用途的现行文本和我的答复',
  reply: Type.Object({
    items: Type.Array(
      Type.Object({
        purpose: Type.Enum([...consentPurposes]),
        version: Count(1, versionMax),
        title: Type.String(),
        text: Type.String(),
        isAgreed: Type.Boolean(),
        answered: Type.Optional(
          Type.Object({
            answer: Type.Enum(['agreed', 'refused']),
            version: Count(1, versionMax),
            at: InstantWire,
          }),
        ),
      }),
    ),
  }),
  refusals: ['forbidden', 'session_ended'],
});

export const answerConsentRoute = route({
  method: 'POST',
  url: '/api/me/consents',
  permission: 'signed_in',
  summary: '同意、不同意或撤回一项用途；须写明看到的文本版本',
  body: Type.Object({
    purpose: OneOf(consentPurposes),
    version: Count(1, versionMax),
    answer: OneOf(['agreed', 'refused']),
  }),
  reply: Empty,
  refusals: ['forbidden', 'session_ended', 'content_changed'],
});

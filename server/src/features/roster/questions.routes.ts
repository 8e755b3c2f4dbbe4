import { fenOnWire } from '@huiquan/domain/fen.ts';
import type { Context } from '../../http/context.ts';
import { handle, type Handled } from '../../http/handle.ts';
import { preparable } from './correction.routes.ts';
import { type ListedPerson, type Question, showQuestions } from './questions.ts';
import * as contract from './roster.contract.ts';

const personWire = ({ name, phone, idNumber }: ListedPerson) => ({
  name,
  ...(phone === undefined ? {} : { phone }),
  ...(idNumber === undefined ? {} : { idNumber }),
});

function questionWire({ rowNumber: row, person, other, amountFen, ...rest }: Question) {
  return {
    ...rest,
    row,
    amountFen: fenOnWire(amountFen),
    ...(person === undefined ? {} : { person: personWire(person) }),
    ...(other === undefined
      ? {}
      : {
          other: {
            row: other.rowNumber,
            rosterId: other.rosterId,
            fileName: other.fileName,
            person: personWire(other.person),
          },
        }),
  };
}

/** Rows that wait for somebody to say whether they are one person or two. */
export const questionRoutes = ({ keys }: Context): readonly Handled[] => [
  handle(contract.listDuplicatesRoute, async (request) =>
    request.read(async (tx) => {
      const roster = await preparable(request, tx, request.params.rosterId);
      const { rosterId, programmeId, organisationPath } = roster;
      const masks = request.masks({ programmeId, organisationPath }, 'roster.read');
      const questions = await showQuestions(tx, keys, { rosterId, masks });
      return { items: questions.map(questionWire) };
    }),
  ),
];

import type { Article } from '@huiquan/domain/evaluation/article.ts';
import { transact } from '../server/src/db/transact.ts';
import {
  approveClosing,
  closeProgramme,
  prepareClosing,
} from '../server/src/features/expiry/closing.ts';
import { extendProgramme } from '../server/src/features/expiry/extension.ts';
import {
  approveReturn,
  markReturned,
  markReturnSent,
  prepareReturns,
} from '../server/src/features/expiry/return.ts';
import { registerPaper } from '../server/src/features/paper/paper.ts';
import { prepareExtension } from '../server/src/features/programme/extension.ts';
import { preparePlan } from '../server/src/features/programme/prepared-plan.ts';
import { someStaff } from '../server/src/given/organisation.ts';
import {
  givenProgramme,
  type GivenProgramme,
  programmeText,
} from '../server/src/given/programme.ts';
import { type FundedBranch, fundBranches } from './sx20e-money.ts';
import { issueElectronic } from './sx20e-people.ts';
import { openShops, spend } from './sx20e-spending.ts';
import { at, type Stage, timed } from './sx20e-stage.ts';
import { growTree, type Tree } from './sx20e-tree.ts';
import { type Dose, faceFen, redeemedPercent, volumesOf } from './sx20e-volumes.ts';

/** The file in `programmes/`, and the code the load gives its programme. */
export const planFile = 'shanxi-union-2020';

/**
 * Plays the programme of 2020 with the published volumes from the plan to the money returned,
 * through the real commands: tree and figures, funds and bank lines, rosters, batches, redemptions,
 * paper as a register, the extension to 10 July, closing and return. Answers its id.
 * @policy SX20, SX20E; requirement A1, inv-46
 */
export async function loadPublished(stage: Stage, article: Article, dose: Dose): Promise<string> {
  const volumes = volumesOf(article, dose);
  await at(stage, '2020-04-26T09:00:00+08:00');
  const tree = await timed(stage, '组织与会员数', () => growTree(stage, dose, volumes));
  const programme = await publish(stage, tree);
  const { programmeId } = programme;
  const branches = await timed(stage, '缴款与到账', () =>
    fundBranches(stage, programmeId, tree.branches),
  );
  const issued = await timed(stage, '名单与发放', () =>
    issueElectronic(stage, programmeId, branches),
  );
  await timed(stage, '纸质券登记', () => registerBranches(stage, programmeId, branches));
  await at(stage, '2020-05-09T08:00:00+08:00');
  await timed(stage, '延期', () => extend(stage, programme));
  const tills = await openShops(stage);
  const count = Math.floor((issued * redeemedPercent) / 100);
  const totalFen = volumes.spendingFen;
  await timed(stage, `核销${count}张`, () => spend(stage, { programmeId, count, totalFen, tills }));
  await timed(stage, '结束与退回', () => closeAndReturn(stage, programmeId));
  return programmeId;
}

function publish(stage: Stage, tree: Tree): Promise<GivenProgramme> {
  const { provincialUnionId, cityUnionIds, branches } = tree;
  return givenProgramme(stage.db, {
    file: planFile,
    code: planFile,
    organiserId: provincialUnionId,
    parties: {
      provincial_union: provincialUnionId,
      higher_union: cityUnionIds[0] ?? '',
      branch_union: branches[0]?.organisationId ?? '',
    },
  });
}

const registrationsPerAct = 100;

async function registerBranches(
  stage: Stage,
  programmeId: string,
  branches: readonly FundedBranch[],
): Promise<void> {
  const withPaper = branches.filter((one) => one.paper > 0);
  for (let from = 0; from < withPaper.length; from += registrationsPerAct) {
    const chunk = withPaper.slice(from, from + registrationsPerAct);
    await transact(stage.db, someStaff(), async (tx) => {
      for (const { organisationId, fundId, paper } of chunk) {
        const statement = { programmeId, organisationId, fundId, faceFen, issuedCount: paper };
        await registerPaper(tx, statement);
      }
    });
  }
}

/** 关于延迟“云闪付”消费券消费时间节点的通知: to 10 July 24:00, prepared and not yet approved. */
export async function preparedExtension(stage: Stage, programme: GivenProgramme) {
  const { programmeId } = programme;
  const sourceText = programmeText(planFile);
  const parties = Object.entries(programme.parties).map(([party, organisationId]) => ({
    party,
    organisationId,
  }));
  const prepared = preparePlan({ sourceText, parties, amendments: 1 });
  const preparer = someStaff();
  const { versionId } = await transact(stage.db, preparer, (tx) =>
    prepareExtension(tx, { programmeId, prepared }),
  );
  return { preparer, extension: { versionId, seenHash: prepared.contentHash } };
}

async function extend(stage: Stage, programme: GivenProgramme): Promise<void> {
  const { extension } = await preparedExtension(stage, programme);
  await transact(stage.db, someStaff(), (tx) => extendProgramme(tx, extension));
}

/** Two persons close the programme at the end of 10 July; what is left goes back fund by fund. */
export async function closeAndReturn(stage: Stage, programmeId: string): Promise<void> {
  const { db } = stage;
  await at(stage, '2020-07-11T00:00:00+08:00');
  const { closingOrderId } = await transact(db, someStaff(), (tx) =>
    prepareClosing(tx, { programmeId }),
  );
  await transact(db, someStaff(), (tx) => approveClosing(tx, { closingOrderId }));
  await closeProgramme(db, someStaff(), closingOrderId);
  await at(stage, '2020-07-20T10:00:00+08:00');
  const returns = await transact(db, someStaff(), (tx) => prepareReturns(tx, { programmeId }));
  await transact(db, someStaff(), async (tx) => {
    for (const { returnId } of returns) {
      await approveReturn(tx, { returnId });
      await markReturnSent(tx, returnId);
      await markReturned(tx, returnId);
    }
  });
}

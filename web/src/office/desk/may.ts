import { matrix } from '@huiquan/domain/access-matrix.ts';
import type { Permission } from '@huiquan/domain/access.ts';
import { useSession } from '../../ui/session.ts';

type May = (permission: Permission) => boolean;

function useRoles() {
  const { data } = useSession();
  return (data?.grants ?? []).map((grant) => grant.role);
}

/**
 * Whether one of the signed-in person's roles has the function at all: what to offer. Whether it
 * reaches this object the server decides.
 */
export function useMay(): May {
  const roles = useRoles();
  return (permission) => roles.some((role) => role in matrix[permission]);
}

const ownBranch = /^b~?$/;

/** As `useMay`, for what is told of whole programmes: one's own branch is too small for that. */
export function useMayBeyondBranch(): May {
  const roles = useRoles();
  return (permission) => {
    const row: Readonly<Record<string, string>> = matrix[permission];
    return roles.some((role) => role in row && !ownBranch.test(row[role] ?? ''));
  };
}

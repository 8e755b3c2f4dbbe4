import { matrix } from '@huiquan/domain/access-matrix.ts';
import type { Permission } from '@huiquan/domain/access.ts';
import { useSession } from '../../ui/session.ts';

/**
 * Whether one of the signed-in person's roles has the function at all: what to offer. Whether it
 * reaches this object the server decides.
 */
export function useMay(): (permission: Permission) => boolean {
  const { data } = useSession();
  const roles = (data?.grants ?? []).map((grant) => grant.role);
  return (permission) => roles.some((role) => role in matrix[permission]);
}

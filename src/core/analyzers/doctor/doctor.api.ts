import type { doctorContract } from '../../../shared/contract/doctor.ts';
import type { Subject } from '../../../shared/contract/jobs.ts';
import { AppError } from '../../../shared/errors.ts';
import { safeValueOf } from '../../../shared/model/safe-values.ts';
import type { Handlers } from '../../../shared/rpc/contract.ts';
import type { JobsService } from '../../jobs/jobs.service.ts';
import type { CallContext } from '../../ports.ts';
import type { Catalogue } from '../analyzers.service.ts';
import type { FlavorDoctor } from './flavor-doctor.ts';

export function createDoctorApi(deps: {
  catalogue: Catalogue;
  doctor: FlavorDoctor;
  plan: JobsService['plan'];
  isOffline(engagementId: string): boolean;
  /** Takes the test file in, or finds the one that was taken in before; resolves with the intake's id when it is ready. */
  takeInTestFile(engagementId: string | undefined, signal: AbortSignal): Promise<string>;
}): Handlers<typeof doctorContract, CallContext> {
  const { catalogue } = deps;
  return {
    async 'analyzers.doctor'(_ctx, { engagementId, flavorIds, isAgain }) {
      const all = [...catalogue.list(), ...catalogue.responders()];
      return deps.doctor.examine(flavorIds === undefined ? all : all.filter(({ id }) => flavorIds.includes(id)), {
        engagementId,
        isOffline: engagementId !== undefined && deps.isOffline(engagementId),
        isAgain,
      });
    },
    async 'analyzers.planTest'(_ctx, { flavorId, dataType, engagementId }, signal) {
      const flavor = catalogue.find(flavorId);
      if (flavor === undefined) throw new AppError('not_found', 'There is no such analyzer.');
      if (!flavor.dataTypes.includes(dataType))
        throw new AppError('invalid_input', `${flavor.name} does not take ${dataType}.`);
      const value = safeValueOf(dataType);
      const subject: Subject =
        dataType === 'file'
          ? { intakeId: await deps.takeInTestFile(engagementId, signal) }
          : { dataType, value, ...(engagementId === undefined ? {} : { engagementId }) };
      const marks = { tlp: 'clear', pap: 'clear' } as const;
      const sheet = await deps.plan({ subjects: [subject], flavorIds: [flavor.id], ...marks }, signal);
      return { value, sheet };
    },
  };
}

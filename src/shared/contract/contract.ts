import { casesContract, notesContract, observablesContract } from './cases.ts';
import { intakeContract } from './intake.ts';
import { analyzersContract, jobsContract, reportsContract, systemContract } from './jobs.ts';
import { respondersContract } from './responders.ts';
import { tasksContract } from './tasks.ts';
import { settingsContract, workspaceContract } from './workspace.ts';

/** Every call and stream of the core, whoever hosts it. */
export const contract = {
  ...workspaceContract,
  ...settingsContract,
  ...intakeContract,
  ...casesContract,
  ...observablesContract,
  ...notesContract,
  ...analyzersContract,
  ...jobsContract,
  ...reportsContract,
  ...systemContract,
  ...tasksContract,
  ...respondersContract,
};

export type OsmiaContract = typeof contract;

import { activityContract } from './activity.ts';
import { alertsContract } from './alerts.ts';
import { caseListContract } from './case-list.ts';
import { caseMergeContract } from './case-merge.ts';
import { caseTemplatesContract } from './case-templates.ts';
import { casesContract } from './cases.ts';
import { destroyContract } from './destroy.ts';
import { demoContract } from './demo.ts';
import { customFieldsContract } from './custom-fields.ts';
import { tagsContract, taxonomiesContract } from './tags.ts';
import { observablesContract } from './observables.ts';
import { relationsContract } from './relations.ts';
import { notesContract } from './notes.ts';
import { changesContract } from './changes.ts';
import { custodyContract } from './custody.ts';
import { graphContract } from './graph.ts';
import { historyContract } from './history.ts';
import { configContract } from './config.ts';
import { dashboardsContract } from './dashboards.ts';
import { doctorContract } from './doctor.ts';
import { environmentsContract } from './environments.ts';
import { egressContract } from './egress.ts';
import { intakeContract } from './intake.ts';
import { analyzersContract, jobsContract, reportsContract, systemContract } from './jobs.ts';
import { queueContract } from './queue.ts';
import { policyContract } from './policy.ts';
import { quotaContract } from './quota.ts';
import { respondersContract } from './responders.ts';
import { tasksContract } from './tasks.ts';
import { assetsContract } from './assets.ts';
import { attackContract } from './attack.ts';
import { timelineContract } from './timeline.ts';
import { searchContract } from './search.ts';
import { secretsContract } from './secrets.ts';
import { setsContract } from './sets.ts';
import { trashContract } from './trash.ts';
import { viewsContract } from './views.ts';
import { settingsContract, workspaceContract } from './workspace.ts';

/** Every call and stream of the core, whoever hosts it. */
export const contract = {
  ...workspaceContract,
  ...settingsContract,
  ...intakeContract,
  ...casesContract,
  ...caseTemplatesContract,
  ...customFieldsContract,
  ...demoContract,
  ...tagsContract,
  ...taxonomiesContract,
  ...caseListContract,
  ...caseMergeContract,
  ...trashContract,
  ...destroyContract,
  ...viewsContract,
  ...observablesContract,
  ...relationsContract,
  ...notesContract,
  ...activityContract,
  ...alertsContract,
  ...searchContract,
  ...changesContract,
  ...custodyContract,
  ...graphContract,
  ...analyzersContract,
  ...doctorContract,
  ...environmentsContract,
  ...configContract,
  ...secretsContract,
  ...setsContract,
  ...jobsContract,
  ...queueContract,
  ...reportsContract,
  ...historyContract,
  ...systemContract,
  ...policyContract,
  ...egressContract,
  ...tasksContract,
  ...timelineContract,
  ...assetsContract,
  ...attackContract,
  ...respondersContract,
  ...quotaContract,
  ...dashboardsContract,
};

export type OsmiaContract = typeof contract;

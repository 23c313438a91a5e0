import { accountsModule } from "./modules/accounts/accountsModule.ts";
import { clockModule } from "./modules/clock/clockModule.ts";
import { earlyVotingModule } from "./modules/earlyVoting/earlyVotingModule.ts";
import { economicsModule } from "./modules/economics/economicsModule.ts";
import { finalityModule } from "./modules/finality/finalityModule.ts";
import { leadersModule } from "./modules/leaders/leadersModule.ts";
import { participationModule } from "./modules/participation/participationModule.ts";
import { securityModule } from "./modules/security/securityModule.ts";
import { slashingModule } from "./modules/slashing/slashingModule.ts";
import { stakingModule } from "./modules/staking/stakingModule.ts";
import { validatorsModule } from "./modules/validators/validatorsModule.ts";
import { createRuntime, type Runtime } from "./runtime/runtime.ts";

/** The runtime of the root chain. The order is that of the work within a step. */
export const kratosRuntime: Runtime = createRuntime([
  accountsModule,
  stakingModule,
  validatorsModule,
  participationModule,
  slashingModule,
  economicsModule,
  clockModule,
  securityModule,
  earlyVotingModule,
  finalityModule,
  leadersModule,
]);

#pragma once

#include "agents/step.hpp"

namespace murmur {

// One decision for each command; see commands.hpp. decide() has asked the transition table before.

void decide_on(Step& step, const command::Spawn& spawn);

void decide_on(Step& step, const command::AddFollowUp& add);
void decide_on(Step& step, const command::SendMessage& send);
void decide_on(Step& step, const command::ClearQueue& clear);

void decide_on(Step& step, const command::SetDequeueStrategy& set);
void decide_on(Step& step, const command::SetOnIdle& set);
void decide_on(Step& step, const command::SetConflictResolution& set);
void decide_on(Step& step, const command::SetBudget& set);
void decide_on(Step& step, const command::ReportPullRequest& report);

void decide_on(Step& step, const command::CreateTask& create);
void decide_on(Step& step, const command::UpdateTask& update);

void decide_on(Step& step, const command::Interrupt& interrupt);
void decide_on(Step& step, const command::Stop& stop);
void decide_on(Step& step, const command::Kill& kill);
void decide_on(Step& step, const command::Sleep& sleep);
void decide_on(Step& step, const command::Wake& wake);

void decide_on(Step& step, const command::AdoptChild& adopt);
void decide_on(Step& step, const command::ChildChanged& changed);

void decide_on(Step& step, const command::MachineStarted& started);
void decide_on(Step& step, const command::MachineFailed& failed);
void decide_on(Step& step, const command::MachineInspected& inspected);
void decide_on(Step& step, const command::MachineSuspended& suspended);
void decide_on(Step& step, const command::MachineResumed& resumed);
void decide_on(Step& step, const command::MachineDestroyed& destroyed);

void decide_on(Step& step, const command::RunnerAttached& attached);
void decide_on(Step& step, const command::AssignmentFailed& failed);
void decide_on(Step& step, const command::RunnerDetached& detached);
void decide_on(Step& step, const command::RunnerReport& report);
void decide_on(Step& step, const command::LeaseExpired& expired);

void decide_on(Step& step, const command::TimerFired& timer);

}

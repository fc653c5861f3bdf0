#include "link.hpp"

#include "runner.hpp"
#include "world.hpp"

namespace murmur::simulation {

namespace {

constexpr std::int64_t link_usual_ms = 20, link_longest_ms = 1500;

}

Link::Link(World& world, std::shared_ptr<SimulatedRunner> runner, SecretBox::RunnerClaim claim)
    : world_(world), runner_(runner), claim_(claim) {}

void Link::to_runner(std::function<void(SimulatedRunner&)> message) {
    next_down_ = std::max(next_down_, world_.timeline.now() + world_.random.delay(link_usual_ms, link_longest_ms));
    world_.timeline.after(next_down_ - world_.timeline.now(), [self = shared_from_this(), message] {
        const auto runner = self->runner_.lock();
        if (!self->is_open_ || !runner) return;
        runner->act([self, runner, message] {
            if (self->is_open_) message(*runner);
        });
    });
}

void Link::to_daemon(std::function<void(Engine&)> message) {
    next_up_ = std::max(next_up_, world_.timeline.now() + world_.random.delay(link_usual_ms, link_longest_ms));
    world_.timeline.after(next_up_ - world_.timeline.now(), [self = shared_from_this(), message] {
        if (!self->is_open_ || !self->world_.is_up()) return;
        self->world_.engine().renew_lease(self->claim_);
        message(self->world_.engine());
        self->world_.poke();
    });
}

void Link::hello(const std::string& machine_id, Runner runner, std::int64_t down_ack) {
    runner_id_ = runner.id;
    acknowledged_ = down_ack;
    to_daemon([self = shared_from_this(), machine_id, runner, down_ack](Engine& engine) {
        engine.attach(self->claim_, machine_id, runner, down_ack, self,
                      [self](const Outcome& outcome) { self->check(outcome); });
    });
}

void Link::say(std::vector<json::object> reports, std::int64_t down_ack) {
    to_daemon([self = shared_from_this(), reports = std::move(reports), down_ack](Engine& engine) {
        if (down_ack > self->acknowledged_) {
            self->acknowledged_ = down_ack;
            engine.acknowledge(self->claim_, down_ack);
        }
        for (std::size_t i = 0; i < reports.size(); ++i) {
            const std::int64_t sequence = reports[i].at("seq").as_int64();
            const bool is_last = i + 1 == reports.size();
            const auto answer = [self, sequence, is_last](const Outcome& outcome) {
                self->check(outcome);
                if (is_last && !outcome.error)
                    self->to_runner([sequence](SimulatedRunner& runner) { runner.on_acknowledged(sequence); });
            };
            engine.submit(self->claim_.agent_row,
                          command::RunnerReport{self->claim_.incarnation, self->runner_id_, reports[i]}, answer);
        }
    });
}

void Link::check(const Outcome& outcome) {
    if (!world_.is_up() || !outcome.error || std::exchange(is_refused_, true)) return;
    const Errc code = outcome.error->code();
    world_.trace("runner " + runner_id_ + " is refused: " + outcome.error->message());
    if (code == Errc::data_loss || code == Errc::internal)
        world_.judge.violated("a runner that did nothing wrong was told: " + outcome.error->message());
    if (code == Errc::aborted || code == Errc::permission_denied || code == Errc::not_found)
        return fence(outcome.error->message());
    break_off(outcome.error->message());
}

void Link::break_off(const std::string& why) {
    if (!std::exchange(is_open_, false)) return;
    world_.trace("link of " + runner_id_ + " breaks: " + why);
    if (world_.is_up() && !runner_id_.empty()) {
        world_.engine().detach(claim_, runner_id_, this);
        world_.poke();
    }
    if (const auto runner = runner_.lock()) runner->on_link_broken(this);
}

void Link::welcome(const Agent& agent, const std::vector<Effect>& commands) {
    if (!world_.is_up()) return;
    const std::int64_t seen = agent.reports_seen;
    to_runner([seen](SimulatedRunner& runner) { runner.on_welcome(seen); });
    for (const Effect& command : commands) hand_on(agent, command, false);
}

void Link::send(const Agent& agent, const Effect& effect) { hand_on(agent, effect, true); }

void Link::hand_on(const Agent& agent, const Effect& effect, bool is_new) {
    if (!world_.is_up()) return;
    json::object command = effect.body;
    if (json::value* marker = command.if_contains("assignment"))
        command["assignment"] = world_.make_assignment(agent, marker->as_object());
    command["seq"] = effect.sequence;
    if (effect.incarnation != claim_.incarnation)
        world_.judge.violated("a command of incarnation " + std::to_string(effect.incarnation) +
                              " went to the runner of incarnation " + std::to_string(claim_.incarnation));
    if (const json::value* messages = command.if_contains("messages"); messages && is_new)
        if (!messages->at("midTurn").as_bool()) world_.judge.on_turn_sent(agent);
    to_runner([command](SimulatedRunner& runner) { runner.on_command(command); });
}

void Link::fence(const std::string& reason) {
    if (!world_.is_up()) return;
    to_runner([reason](SimulatedRunner& runner) { runner.on_fenced(reason); });
}

}

#pragma once

#include "cli/answer_fields.hpp"
#include "cli/command_context.hpp"

namespace murmur {

// One function per command, each in the file of its name.
const CommandSpec& apply_command();
const CommandSpec& budget_command();
const CommandSpec& check_permissions_command();
const CommandSpec& complete_words_command();
const CommandSpec& completion_command();
const CommandSpec& daemon_status_command();
const CommandSpec& daemon_stop_command();
const CommandSpec& describe_command();
const CommandSpec& each_command();
const CommandSpec& get_command();
const CommandSpec& help_command();
const CommandSpec& kill_command();
const CommandSpec& ls_command();
const CommandSpec& notify_command();
const CommandSpec& on_idle_command();
const CommandSpec& patch_command();
const CommandSpec& plugin_inspect_command();
const CommandSpec& plugin_ls_command();
const CommandSpec& queue_add_command();
const CommandSpec& queue_clear_command();
const CommandSpec& queue_conflict_resolution_command();
const CommandSpec& queue_strategy_command();
const CommandSpec& report_pr_command();
const CommandSpec& rm_command();
const CommandSpec& secret_ls_command();
const CommandSpec& secret_rm_command();
const CommandSpec& snapshot_ls_command();
const CommandSpec& snapshot_export_command();
const CommandSpec& secret_rotate_key_command();
const CommandSpec& secret_set_command();
const CommandSpec& session_interrupt_command();
const CommandSpec& session_send_command();
const CommandSpec& session_stop_command();
const CommandSpec& session_watch_command();
const CommandSpec& set_command();
const CommandSpec& sleep_command();
const CommandSpec& spawn_command();
const CommandSpec& ssh_command();
const CommandSpec& status_command();
const CommandSpec& task_create_command();
const CommandSpec& task_get_command();
const CommandSpec& task_ls_command();
const CommandSpec& task_update_command();
const CommandSpec& tenant_whoami_command();
const CommandSpec& version_command();
const CommandSpec& wait_command();
const CommandSpec& wake_command();
const CommandSpec& watch_command();

}

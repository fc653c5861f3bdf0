#pragma once

#include "child_program.hpp"
#include "process_info.hpp"

namespace murmur::local {

/// A process that is ready to become a machine's runner and waits for the word.
///
/// Between the two steps the caller writes down which process it is, so that no runner ever works that nobody knows of:
/// if the caller dies before release(), the process ends without having run anything; if it dies afterwards, the record
/// finds it. The process is no child of the caller: it belongs to init, survives the caller, and leaves no zombie.
class HeldProcess {
public:
    /// Forks. Throws when there is no room for a process, or when it cannot be prepared.
    explicit HeldProcess(ChildProgram program);
    /// Ends a process that was not released, and returns when it has ended.
    ~HeldProcess();
    HeldProcess(const HeldProcess&) = delete;
    HeldProcess& operator=(const HeldProcess&) = delete;

    const ProcessIdentity& identity() const { return identity_; }

    /// Lets it become its program; returns when it has. Throws, with nothing left running, when the program cannot be
    /// executed.
    void release();

private:
    ChildProgram program_;
    Pipe report_;
    Pipe go_;
    ProcessIdentity identity_;
};

}

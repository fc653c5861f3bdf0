#pragma once

/// Marks what libmurmur_sdk.so offers to the host and to plugins; everything else in it is hidden.
#define MURMUR_SDK_API __attribute__((visibility("default")))

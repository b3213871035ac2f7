// Declarations for type-checking, not the engine's file. Module UnrealEd; facts in signatures.csv.
#pragma once

class UEditorEngine;
extern UEditorEngine* GEditor;

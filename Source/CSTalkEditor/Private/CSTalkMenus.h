// Entries in the Content Browser's context menus of sounds and animations.
#pragma once

namespace CSTalkEditor
{
	/** Adds the entries once the menus are there; call when the module starts. */
	void RegisterMenus();
	void UnregisterMenus();
}

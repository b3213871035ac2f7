#include "CSTalkModelAsset.h"

#include "CSTalkModule.h"
#include "CSTalkSettings.h"
#include "CSTalkText.h"
#include "UObject/Class.h"

void UCSTalkModelAsset::Resolve(const UCSTalkModelAsset* Asset, FString& OutAbsolutePath, ECSTalkProvider& OutProvider)
{
	const UCSTalkSettings* Settings = GetDefault<UCSTalkSettings>();
	OutAbsolutePath = UCSTalkSettings::ResolveModelPath(Asset != nullptr ? Asset->Model : Settings->DefaultModel);
	OutProvider = Asset != nullptr ? Asset->Provider : Settings->DefaultProvider;
}

FCSTalkModelCard UCSTalkModelAsset::ReadCard() const
{
	FString Path;
	ECSTalkProvider RunBy = ECSTalkProvider::Embedded;
	Resolve(this, Path, RunBy);

	FCSTalkModelCard Card;
	const TSharedPtr<const cstalk::Model, ESPMode::ThreadSafe> Loaded = FCSTalkModule::FindOrLoadModel(Path, RunBy, Card.Problem);
	if (!Loaded.IsValid())
	{
		return Card;
	}
	const cstalk::ModelFacts Facts = Loaded->Facts();
	Card.Name = CSTalk::FromUtf8(Facts.Name);
	Card.Version = CSTalk::FromUtf8(Facts.Version);
	Card.Description = CSTalk::FromUtf8(Facts.Description);
	Card.Licence = CSTalk::FromUtf8(Facts.Licence);
	Card.bNonCommercial = Facts.bNonCommercial;
	Card.LookAheadMs = static_cast<float>(Facts.LookAheadMs);
	for (const std::string& Emotion : Facts.Emotions)
	{
		Card.Emotions.Add(CSTalk::FromUtf8(Emotion));
	}
	for (const std::string& Style : Facts.Styles)
	{
		Card.Styles.Add(CSTalk::FromUtf8(Style));
	}
	return Card;
}

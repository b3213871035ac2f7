// A microphone's face as a Live Link subject.
#pragma once

#include "CoreMinimal.h"
#include "CSTalkFace.h"
#include "ILiveLinkSource.h"
#include "LiveLinkTypes.h"

class ILiveLinkClient;
class UCSTalkLiveLinkSettings;

/**
 * Opens a microphone and publishes all 251 expression curves and the head under one subject. The stock MetaHuman graph
 * takes a subject that carries CTRL_expressions_* names as it is, without the ARKit mapping.
 */
class FCSTalkLiveLinkSource final : public ILiveLinkSource
{
public:
	//~ ILiveLinkSource, game thread
	virtual void ReceiveClient(ILiveLinkClient* InClient, FGuid InSourceGuid) override;
	virtual void InitializeSettings(ULiveLinkSourceSettings* InSettings) override;
	virtual void OnSettingsChanged(ULiveLinkSourceSettings* InSettings, const FPropertyChangedEvent& PropertyChangedEvent) override;
	virtual void Update() override;
	virtual bool IsSourceStillValid() const override;
	virtual bool RequestSourceShutdown() override;
	virtual FText GetSourceType() const override;
	virtual FText GetSourceMachineName() const override;
	virtual FText GetSourceStatus() const override;
	virtual TSubclassOf<ULiveLinkSourceSettings> GetSettingsClass() const override;

private:
	void Apply(const UCSTalkLiveLinkSettings* Settings);
	void SendChanges() const;
	void Open();
	void PublishNames();
	FLiveLinkSubjectKey SubjectKey() const;

	ILiveLinkClient* Client = nullptr;
	FGuid SourceGuid;
	FString Microphone;
	FName Subject = TEXT("CSTalk");
	FCSTalkPerformance Performance;
	TSharedPtr<FCSTalkVoiceFace, ESPMode::ThreadSafe> Face;
	FString Problem;
};

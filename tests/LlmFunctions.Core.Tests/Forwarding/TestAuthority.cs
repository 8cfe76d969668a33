using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace LlmFunctions.Core.Tests.Forwarding;

/// <summary>A certificate authority of one's own, as a cluster has one, and a certificate it gave to 127.0.0.1.</summary>
internal sealed class TestAuthority : IDisposable
{
    private readonly RSA _rootKey = RSA.Create(2048);
    private readonly RSA _serverKey = RSA.Create(2048);
    private readonly X509Certificate2 _root;

    public TestAuthority()
    {
        var (from, until) = (DateTimeOffset.UnixEpoch.AddYears(50), DateTimeOffset.UnixEpoch.AddYears(80));
        var root = new CertificateRequest("CN=cluster", _rootKey, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        root.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        _root = root.CreateSelfSigned(from, until);

        var names = new SubjectAlternativeNameBuilder();
        names.AddIpAddress(IPAddress.Loopback);
        var server = new CertificateRequest("CN=server", _serverKey, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        server.CertificateExtensions.Add(names.Build());
        using var signed = server.Create(_root, from, until, [1, 2, 3]);
        Server = signed.CopyWithPrivateKey(_serverKey);
    }

    public X509Certificate2 Server { get; }

    public string Pem => _root.ExportCertificatePem();

    public void Dispose()
    {
        Server.Dispose();
        _root.Dispose();
        _rootKey.Dispose();
        _serverKey.Dispose();
    }
}
